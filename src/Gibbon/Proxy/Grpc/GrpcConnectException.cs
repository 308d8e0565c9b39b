using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Grpc;

/// <summary>Carries the error of a failed connection attempt through the HTTP client; never leaves this folder.</summary>
internal sealed class GrpcConnectException(ProxyError error) : IOException(error.Cause)
{
    public ProxyError Error { get; } = error;
}
