plugin "terraform" {
  enabled = true
  preset  = "all"
}

# This rule requires outputs.tf and variables.tf, but an example is in one file that can be read from top to bottom.
rule "terraform_standard_module_structure" {
  enabled = false
}
