using System.Net;
using System.Text;

namespace Gibbon.Balancing;

/// <summary>
/// The addresses of one host and port, taken in turn. Keeps the end points of the last resolution, so that a name whose addresses have not
/// changed costs nothing.
/// </summary>
internal sealed class EndPoints
{
    private readonly string _host;
    private readonly int _port;
    private readonly IPEndPoint? _literal;
    private Resolved? _resolved;
    private byte[]? _authority;
    private byte[]? _authorityOverTls;
    private uint _turn;

    /// <param name="host">An address, with or without brackets if it is IPv6, or a name.</param>
    /// <param name="port">The port.</param>
    public EndPoints(string host, int port)
    {
        _host = host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host;
        _port = port;
        _literal = IPAddress.TryParse(_host, out IPAddress? address) ? new IPEndPoint(address, port) : null;
    }

    public string Host => _host;

    public int Port => _port;

    /// <summary>The end point when the host is an address; null when it must be resolved.</summary>
    public IPEndPoint? Literal => _literal;

    /// <summary>What stands in Host for this host: with the port unless it is the protocol's own.</summary>
    /// <param name="defaultPort">The protocol's own port: 80 or 443.</param>
    public byte[] Authority(int defaultPort)
    {
        ref byte[]? authority = ref defaultPort == 443 ? ref _authorityOverTls : ref _authority;
        return authority ??= Encoding.ASCII.GetBytes(
            (_host.Contains(':', StringComparison.Ordinal) ? $"[{_host}]" : _host) + (_port == defaultPort ? "" : ":" + _port));
    }

    /// <summary>The next end point of a resolution of the host.</summary>
    public IPEndPoint Next(IPAddress[] addresses)
    {
        Resolved? resolved = Volatile.Read(ref _resolved);
        if (resolved is null || !ReferenceEquals(resolved.Addresses, addresses))
        {
            resolved = new Resolved(addresses, Array.ConvertAll(addresses, address => new IPEndPoint(address, _port)));
            Volatile.Write(ref _resolved, resolved);
        }

        return resolved.EndPoints.Length == 1
            ? resolved.EndPoints[0]
            : resolved.EndPoints[(Interlocked.Increment(ref _turn) - 1) % (uint)resolved.EndPoints.Length];
    }

    private sealed record Resolved(IPAddress[] Addresses, IPEndPoint[] EndPoints);
}
