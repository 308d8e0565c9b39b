using Microsoft.Extensions.Logging;

namespace Gibbon.Proxy.Listeners;

/// <summary>What listeners tell the error log. A client's faults are for the level that nginx gives them.</summary>
internal static partial class ListenerLog
{
    [LoggerMessage(Level = LogLevel.Critical, Message = "accept() on {Address} failed: {Reason}")]
    public static partial void CannotAccept(this ILogger log, string address, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "broken header while reading PROXY protocol, client: {Client}, server: {Server}")]
    public static partial void BrokenProxyHeader(this ILogger log, object? client, string server);

    [LoggerMessage(Level = LogLevel.Error, Message = "no certificate for server name {ServerName}: {Reason}, client: {Client}")]
    public static partial void NoCertificate(this ILogger log, string? serverName, string? reason, object? client);

    [LoggerMessage(Level = LogLevel.Information, Message = "TLS handshake failed: {Reason}, client: {Client}, server: {Server}")]
    public static partial void HandshakeFailed(this ILogger log, string reason, object? client, string server);

    [LoggerMessage(Level = LogLevel.Error, Message = "connection failed")]
    public static partial void ConnectionFailed(this ILogger log, Exception error);
}
