using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Text;
using Gibbon.Balancing;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Watching;
using HttpVersion = Gibbon.Proxy.Messages.HttpVersion;

namespace Gibbon.Proxy.Traffic;

/// <summary>Makes what is kept of a request, when it is over: cut to size, and without what nobody should read later.</summary>
internal static class RequestPortrait
{
    private const int LongestPath = 1024;
    private const int LongestText = 256;

    // Of headers, these say what kind of request it was and nothing about who sent it. All others stay out, whatever they are called.
    private static readonly string[] TellingOfRequests = ["accept", "accept-encoding", "content-type", "content-length", "user-agent", "upgrade"];
    private static readonly string[] TellingOfAnswers = ["content-type", "content-length", "content-encoding", "cache-control", "retry-after"];

    public static RecordedRequest Of(Exchange exchange, RequestTimings timings)
    {
        RequestHead head = exchange.Downstream.Request;
        var client = (ExchangeClient)exchange.Client;
        Consumer? consumer = client.CurrentConsumer;
        Balancer? balancer = exchange.Call.Balancer;
        return new RecordedRequest
        {
            Id = exchange.Id,
            StartedAt = exchange.StartTime,
            EndedAt = exchange.Dependencies.Time.GetUtcNow(),
            ClientIp = exchange.ClientAddress.ToString(),
            Method = Cut(head.MethodString, LongestText),
            Scheme = exchange.IsTls ? "https" : "http",
            Protocol = head.Version switch { HttpVersion.Http2 => "HTTP/2", HttpVersion.Http10 => "HTTP/1.0", _ => "HTTP/1.1" },
            Host = Cut(Encoding.Latin1.GetString(exchange.HostBytes), LongestText),
            Path = Cut(exchange.Dependencies.Redaction.Path(Encoding.UTF8.GetString(head.Target), exchange.Snapshot.Plugins), LongestPath),
            RequestHeaders = Safe(head.Headers, TellingOfRequests),
            RequestSize = exchange.Downstream.BytesReceived,
            Status = exchange.Head.Status,
            ResponseHeaders = Safe(exchange.Head.Headers, TellingOfAnswers),
            ResponseSize = exchange.Downstream.BytesSent,
            Source = ((ExchangeResponse)exchange.Response).CurrentSource switch { ResponseSource.Service => "service", ResponseSource.Exit => "exit", _ => "error" },
            AnsweredBy = timings.AnsweredBy,
            Route = exchange.Route is { } route ? new RecordedEntity(route.Id, route.Name) : null,
            Service = exchange.MatchedService is { } service ? new RecordedEntity(service.Id, service.Name) : null,
            Consumer = consumer is null ? null : new RecordedEntity(consumer.Id, consumer.Username ?? consumer.CustomId),
            Upstream = balancer is null ? null : new RecordedEntity(balancer.Upstream.Id, balancer.Upstream.Name),
            Tries = Tries(exchange, balancer),
            Latencies = Latencies(exchange, timings),
        };
    }

    private static ImmutableArray<RecordedTry> Tries(Exchange exchange, Balancer? balancer)
    {
        ReadOnlySpan<ServiceTry> tries = exchange.Call.Tries;
        ImmutableArray<RecordedTry>.Builder told = ImmutableArray.CreateBuilder<RecordedTry>(tries.Length);
        foreach (ref readonly ServiceTry attempt in tries)
        {
            if (attempt.EndPoint is { } endPoint)
            {
                told.Add(new RecordedTry(endPoint.ToString(), TargetAt(balancer, endPoint), attempt.State is null ? attempt.UpstreamStatus : attempt.Code, attempt.State is not null));
            }
        }

        return told.DrainToImmutable();
    }

    private static RecordedEntity? TargetAt(Balancer? balancer, IPEndPoint endPoint)
    {
        if (balancer is null)
        {
            return null;
        }

        foreach (TargetAddress address in balancer.Pool.Addresses)
        {
            if (address.EndPoint.Equals(endPoint))
            {
                return new RecordedEntity(address.Target.Id, address.Target.Address);
            }
        }

        return null;
    }

    private static RecordedLatencies Latencies(Exchange exchange, RequestTimings timings)
    {
        ref readonly ExchangeTimes times = ref exchange.Times;
        long end = times.BodyEnded == 0 ? Stopwatch.GetTimestamp() : times.BodyEnded;
        (ImmutableArray<(string, double)> phases, ImmutableArray<RecordedPluginTime> plugins) = timings.Flatten();
        return new RecordedLatencies(
            Between(times.Started, end),
            Between(times.Started, exchange.IsProxied ? times.BalancerEnded : times.HeadReceived),
            exchange.IsProxied ? Between(times.BalancerEnded, times.HeadReceived) : -1,
            times.HeadReceived == 0 ? 0 : Between(times.HeadReceived, end),
            phases,
            plugins);
    }

    private static double Between(long from, long to) => Math.Round(ExchangeWatch.Milliseconds(from, to), 3);

    private static ImmutableArray<(string, string)> Safe(HeaderTable headers, string[] telling)
    {
        ImmutableArray<(string, string)>.Builder kept = ImmutableArray.CreateBuilder<(string, string)>();
        foreach (string name in telling)
        {
            int place = headers.Find(name);
            if (place >= 0)
            {
                kept.Add((name, Cut(headers.ValueString(place), LongestText)));
            }
        }

        return kept.DrainToImmutable();
    }

    private static string Cut(string text, int longest) => text.Length <= longest ? text : string.Concat(text.AsSpan(0, longest - 1), "…");
}
