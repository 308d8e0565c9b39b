using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Transports;
using Gibbon.Snapshots;

namespace Gibbon.Proxy.Streams;

/// <summary>The record of a session that logging plugins send: Kong's <c>kong.log.serialize</c> of the stream subsystem, field by field.</summary>
internal static class StreamLogEntry
{
    public static ValueMap Of(Exchange exchange, StreamSession session)
    {
        ValueMap entry = new()
        {
            ["session"] = SessionOf(exchange, session),
            ["upstream"] = UpstreamOf(exchange, session),
            ["latencies"] = new ValueMap
            {
                ["session"] = exchange.Times.RequestTime,
                ["kong"] = exchange.IsProxied ? exchange.Times.ProxyLatency : exchange.Times.ResponseLatency,
            },
            ["client_ip"] = exchange.ClientAddress.ToString(),
            ["started_at"] = exchange.StartTime.ToUnixTimeMilliseconds(),
            ["workspace_name"] = "default",
        };
        if (exchange.Route is { } route)
        {
            entry["workspace"] = Snapshot.DefaultWorkspace.ToString();
            entry["tries"] = ExchangeLogEntry.Tries(exchange);
            entry["route"] = ExchangeLogEntry.RouteOf(route);
        }

        if (exchange.MatchedService is { } service)
        {
            entry["service"] = ExchangeLogEntry.EntityOf(service);
        }

        var client = (ExchangeClient)exchange.Client;
        if (client.CurrentConsumer is { } consumer)
        {
            entry["consumer"] = ExchangeLogEntry.EntityOf(consumer, withWorkspace: false);
        }

        if (client.Credential is { } credential)
        {
            entry["authenticated_entity"] = ExchangeLogEntry.AuthenticatedEntity(credential);
        }

        return entry;
    }

    /// <summary>What a line of the error log says about the session behind it.</summary>
    public static string LineOf(Exchange exchange, StreamSession session)
    {
        string upstream = exchange.Call.TryCount > 0 && exchange.Call.LastTry.EndPoint is { } endPoint ? $", upstream: \"{endPoint}\"" : "";
        long up = exchange.IsProxied ? session.BytesReceived : 0;
        long down = exchange.IsProxied ? session.BytesSent : 0;
        return $"{(session.TransportName == "UDP" ? "udp " : "")}client: {exchange.ClientAddress}, server: {session.LocalEndPoint}{upstream}, "
            + $"bytes from/to client:{session.BytesReceived}/{session.BytesSent}, bytes from/to upstream:{down}/{up}";
    }

    // Behind its own TLS end Kong's session has lost the port that the client knew.
    private static ValueMap SessionOf(Exchange exchange, StreamSession session)
    {
        ValueMap map = new()
        {
            ["received"] = session.BytesReceived,
            ["sent"] = session.BytesSent,
            ["status"] = (long)exchange.Head.Status,
        };
        if (!session.IsTerminated)
        {
            map["server_port"] = (long)exchange.HostPort;
        }
        else if (session.Tls is { } tls)
        {
            map["tls"] = new ValueMap
            {
                ["version"] = TlsNames.Version(tls.Protocol),
                ["cipher"] = TlsNames.Cipher(tls.CipherSuite) ?? "",
                ["client_verify"] = ((ExchangeClient)exchange.Client).Verification,
            };
        }

        return map;
    }

    // With several tries, a text that lists them all, of which only the last has moved anything.
    private static ValueMap UpstreamOf(Exchange exchange, StreamSession session) => exchange.Call.TryCount switch
    {
        0 => [],
        1 => new ValueMap { ["received"] = session.BytesSent, ["sent"] = session.BytesReceived },
        var tries => new ValueMap
        {
            ["received"] = Listed(tries, session.BytesSent),
            ["sent"] = Listed(tries, session.BytesReceived),
        },
    };

    private static string Listed(int tries, long last) => string.Concat(Enumerable.Repeat("0, ", tries - 1)) + last.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
