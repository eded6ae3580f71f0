# All rules, for the modules.
plugin "terraform" {
  enabled = true
  preset  = "all"
}
