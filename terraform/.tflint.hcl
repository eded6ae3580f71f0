# Every rule there is, for the modules.
plugin "terraform" {
  enabled = true
  preset  = "all"
}
