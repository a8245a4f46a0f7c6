// Package cognitoidp is the typed protocol of Amazon Cognito user pools (API version 2016-04-18, AWS
// JSON 1.1): every shape, constraint, error and operation of the service model, and their codecs.
//
// The files that end in _gen.go are written by internal/generate from the service model; everything
// else is one generic walk over the descriptions in them (Shape).
//
//   - Values: structures are Go structs. A required scalar is a plain value, an optional one a pointer;
//     enums are string types whose empty value means absent; lists, maps and blobs are absent when nil.
//     NewX makes an X from its required members. Structures with sensitive members print redacted.
//   - Codecs, for every shape: Encode and Decode (JSON), EncodeXML and DecodeXML, EncodeQuery, Tree and
//     FromTree (a generic value tree), Parse (text).
//   - Errors: Error, by the code of the model; ErrorFromResponse and ErrorFromXML read them, and answer
//     UnmodeledError for a code that the operation does not declare.
//   - Servers: Service, Invoke, Built. Clients: EncodeRequest, DecodeResponse.
package cognitoidp
