using System.Collections.Immutable;
using System.Net;
using System.Text;
using Gibbon.Pdk.Entities;
using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Traffic;
using Gibbon.Snapshots;

namespace Gibbon.Proxy.Watching;

/// <summary>
/// A request that asked to be explained, as it came, with the configuration that it met and what became of it. Lives in memory, for a while; of
/// its headers nobody is ever shown more than the names.
/// </summary>
internal sealed record LiveRequest
{
    public required Snapshot Snapshot { get; init; }

    public required string Method { get; init; }

    public required bool IsTls { get; init; }

    public required string Host { get; init; }

    public required string Target { get; init; }

    public required int Port { get; init; }

    public required string Sni { get; init; }

    public required IPAddress ClientAddress { get; init; }

    public required int ClientPort { get; init; }

    public required IPAddress? LocalAddress { get; init; }

    public required ImmutableArray<(string Name, string Value)> Headers { get; init; }

    public required Consumer? Consumer { get; init; }

    public required RecordedRequest Happened { get; init; }

    public static LiveRequest Of(Exchange exchange, ImmutableArray<(string Name, string Value)> headers, RecordedRequest happened) => new()
    {
        Snapshot = exchange.Snapshot,
        Method = happened.Method,
        IsTls = exchange.IsTls,
        Host = Encoding.Latin1.GetString(exchange.Downstream.Request.Authority),
        Target = Encoding.UTF8.GetString(exchange.Downstream.Request.Target),
        Port = exchange.HostPort,
        Sni = exchange.Downstream.Tls?.ServerName ?? "",
        ClientAddress = exchange.ClientAddress,
        ClientPort = exchange.ClientPort,
        LocalAddress = (exchange.Downstream.LocalEndPoint as IPEndPoint)?.Address,
        Headers = headers,
        Consumer = ((ExchangeClient)exchange.Client).CurrentConsumer,
        Happened = happened,
    };

    /// <summary>The headers as they came, before anybody changes them.</summary>
    public static ImmutableArray<(string Name, string Value)> HeadersOf(HeaderTable table)
    {
        ImmutableArray<(string, string)>.Builder headers = ImmutableArray.CreateBuilder<(string, string)>();
        foreach (HeaderField field in table)
        {
            if (field.Known != KnownHeader.Host)
            {
                headers.Add((table.NameString(field.Index), table.ValueString(field.Index)));
            }
        }

        return headers.DrainToImmutable();
    }
}
