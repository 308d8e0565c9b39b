namespace Gibbon.Plugins.TcpLog;

/// <summary>A server, and whether TLS is spoken to it: what connections are kept by.</summary>
/// <param name="Host">A name or an address.</param>
/// <param name="Port">The port.</param>
/// <param name="Tls">Whether TLS is spoken.</param>
/// <param name="ServerName">The TLS server name.</param>
readonly record struct LogServer(string Host, int Port, bool Tls, string? ServerName)
{
    public override string ToString() => $"{Host}:{Port}";
}
