using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Upstreams;

namespace Gibbon.Proxy.Grpc;

/// <summary>
/// Sends requests to services with protocol <c>grpc</c> and <c>grpcs</c>: HTTP/2 with both directions open at once and trailers. HTTP/2 to
/// upstreams is .NET's own client.
/// </summary>
internal sealed class GrpcForwarder : IDisposable
{
    private readonly GrpcConnectionsState _connections;

    public GrpcForwarder(UpstreamPoolSettings settings, TimeProvider time) => _connections = new GrpcConnectionsState(settings, time);

    /// <summary>
    /// Prepares a request. The headers of <paramref name="request"/> are copied now; its body is read while the call is under way.
    /// </summary>
    public GrpcCall Prepare(OutgoingRequest request, MessageBody body, GrpcTarget target) =>
        new(_connections.For(target.Tls), GrpcRequest.Create(request, target), body, target.Timeouts);

    public void Dispose() => _connections.Dispose();
}
