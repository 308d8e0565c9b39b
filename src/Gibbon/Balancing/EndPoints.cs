using System.Net;
using System.Text;
using Gibbon.Dns;

namespace Gibbon.Balancing;

/// <summary>One host and port that requests go to.</summary>
internal sealed class EndPoints
{
    private readonly string _host;
    private readonly int _port;
    private readonly IPEndPoint? _literal;
    private byte[]? _authority;
    private byte[]? _authorityOverTls;

    /// <param name="host">An address, with or without brackets if it is IPv6, or a name.</param>
    /// <param name="port">The port.</param>
    public EndPoints(string host, int port)
    {
        _host = host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host;
        _port = port;
        _literal = AddressLiteral.Parse(_host) is { } address ? new IPEndPoint(address, port) : null;
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
}
