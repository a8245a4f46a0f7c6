// Package webacl decides whether a client may talk to the server at all, before anything of its
// request is read: by network, and by how often it calls. It stands where a web ACL stands in
// front of the service; a refusal is answered with ForbiddenException, by the caller.
//
//	request ──Proxies.ClientAddress──▶ address ──List.Admit──▶ yes or no
//
// Who the client is, is the other half of the question. The connection tells it, unless the
// peer is a proxy that the configuration trusts; only then a forwarded header counts, and of
// X-Forwarded-For only the part that trusted proxies wrote. A client that writes the header
// itself gains nothing.
//
// Rates are kept per process, in a bounded memory of the clients seen last. An IPv6 client is its
// /64, since that is what one subscriber has. Who commands very many addresses can make the
// memory forget; the rate holds off the single noisy client, not a botnet.
//
// Sources: the Cognito developer guide on associating a web ACL with a user pool;
// RFC 4291, section 2.5.5.2, for IPv4-mapped addresses; RFC 6177 for the /64.
package webacl
