plugin "terraform" {
  enabled = true
  preset  = "all"
}

# It asks for outputs.tf and variables.tf: an example stands in one file, to be read from top to bottom.
rule "terraform_standard_module_structure" {
  enabled = false
}
