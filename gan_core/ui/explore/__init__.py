"""The server's half of the Explore tab: one class of server functions for each panel, all around one
`ExploreController`."""
