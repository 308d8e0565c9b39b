using Gibbon.Plugins.Shared.Protobuf;

namespace Gibbon.Plugins.GrpcGateway;

/// <summary>A request of HTTP and the method of gRPC that it calls.</summary>
/// <param name="Template">Its path.</param>
/// <param name="Method">The method.</param>
/// <param name="Body">The field that the body is, <c>*</c> for the whole message, <c>null</c> if there is no body.</param>
sealed record HttpRoute(PathTemplate Template, ProtoMethod Method, string? Body);
