using System.Net;

namespace Gibbon.Proxy.Listeners;

/// <summary>
/// What a PROXY protocol header said (version 1 or 2 of HAProxy's specification): the addresses of the connection that the sender stands
/// for. Both are null when it spoke of its own connection (<c>LOCAL</c>, <c>UNKNOWN</c>) or of no internet address. Left as a feature of the
/// connection; whether to believe it is decided by <c>trusted_ips</c>.
/// </summary>
/// <param name="Source">The client.</param>
/// <param name="Destination">Where the client connected to.</param>
internal sealed record ProxyProtocolHeader(IPEndPoint? Source, IPEndPoint? Destination)
{
    public static readonly ProxyProtocolHeader Local = new(null, null);
}
