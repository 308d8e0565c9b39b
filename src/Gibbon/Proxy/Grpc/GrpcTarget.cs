using System.Net;
using Gibbon.Proxy.Upstreams;

namespace Gibbon.Proxy.Grpc;

/// <summary>Where a gRPC request goes and how.</summary>
/// <param name="Address">The address that the balancer picked.</param>
/// <param name="Authority">The <c>:authority</c> that the upstream sees.</param>
/// <param name="Tls">TLS for a <c>grpcs</c> service, null for <c>grpc</c>, which speaks HTTP/2 in clear without asking.</param>
/// <param name="Timeouts">The service's timeouts.</param>
internal sealed record GrpcTarget(IPEndPoint Address, string Authority, UpstreamTls? Tls, UpstreamTimeouts Timeouts);
