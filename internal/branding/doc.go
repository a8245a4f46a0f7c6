// Package branding holds the rules of how an operator may change the look of the login pages: the
// settings and images of managed login (CreateManagedLoginBranding), and the CSS and logo of the classic
// hosted UI (SetUICustomization).
//
// What is accepted here ends up in pages where people type passwords, so whatever could run a script or
// load something from elsewhere is refused. It is pure: package userpool has the nouns, the pages
// themselves are elsewhere.
package branding
