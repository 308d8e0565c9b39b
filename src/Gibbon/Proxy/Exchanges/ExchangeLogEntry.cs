using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Proxy.Messages;
using Gibbon.Snapshots;

namespace Gibbon.Proxy.Exchanges;

/// <summary>The record of a request that logging plugins send: Kong's <c>kong.log.serialize</c>, field by field.</summary>
internal static class ExchangeLogEntry
{
    public static ValueMap Of(Exchange exchange)
    {
        ValueMap entry = new()
        {
            ["request"] = RequestOf(exchange),
            ["upstream_uri"] = UpstreamUri(exchange),
            ["upstream_status"] = UpstreamStatus(exchange),
            ["response"] = new ValueMap
            {
                ["status"] = (long)exchange.Head.Status,
                ["headers"] = ResponseHeaders(exchange),
                ["size"] = exchange.Downstream.BytesSent,
            },
            ["latencies"] = Latencies(exchange),
            ["client_ip"] = exchange.ClientAddress.ToString(),
            ["started_at"] = exchange.StartTime.ToUnixTimeMilliseconds(),
            ["source"] = exchange.IsProxied && !exchange.HasFailed && !exchange.Answer.IsSet ? "upstream" : "kong",
            ["workspace"] = Snapshot.DefaultWorkspace.ToString(),
            ["workspace_name"] = "default",
        };
        if (exchange.Route is { } route)
        {
            entry["tries"] = Tries(exchange);
            entry["route"] = RouteOf(route);
        }

        if (exchange.MatchedService is { } service)
        {
            entry["service"] = EntityOf(service);
        }

        var client = (ExchangeClient)exchange.Client;
        if (client.CurrentConsumer is { } consumer)
        {
            entry["consumer"] = EntityOf(consumer, withWorkspace: false);
        }

        if (client.Credential is { } credential)
        {
            entry["authenticated_entity"] = AuthenticatedEntity(credential);
        }

        return entry;
    }

    private static ValueMap RequestOf(Exchange exchange)
    {
        RequestHead head = exchange.Downstream.Request;
        string target = Encoding.UTF8.GetString(head.Target);
        string scheme = Encoding.ASCII.GetString(exchange.SchemeBytes);
        ValueMap request = new()
        {
            ["id"] = exchange.Id,
            ["uri"] = target,
            ["url"] = $"{scheme}://{Encoding.ASCII.GetString(exchange.HostBytes)}:{exchange.HostPort}{target}",
            ["querystring"] = QueryOf(exchange),
            ["method"] = head.MethodString,
            ["headers"] = Redacted(Headers(head.Headers)),
            ["size"] = exchange.Downstream.BytesReceived,
        };
        if (exchange.Downstream.Tls is { } tls)
        {
            request["tls"] = new ValueMap
            {
                ["version"] = TlsNames.Version(tls.Protocol),
                ["cipher"] = TlsNames.Cipher(tls.CipherSuite) ?? "",
                ["client_verify"] = ((ExchangeClient)exchange.Client).Verification,
            };
        }

        return request;
    }

    private static ValueMap QueryOf(Exchange exchange)
    {
        ValueMap map = [];
        foreach ((string name, QueryValue value) in exchange.Request.GetQuery())
        {
            map[name] = value.Count == 1 ? One(value, 0) : new ValueList(Enumerable.Range(0, value.Count).Select(i => One(value, i)));
        }

        return map;
    }

    // An argument without a value is true.
    private static object One(QueryValue value, int index) => value[index] ?? (object)true;

    private static ValueMap Latencies(Exchange exchange) => new()
    {
        ["kong"] = exchange.IsProxied ? exchange.Times.ProxyLatency : exchange.Times.ResponseLatency,
        ["proxy"] = exchange.IsProxied ? exchange.Times.UpstreamLatency : -1L,
        ["request"] = exchange.Times.RequestTime,
        ["receive"] = exchange.Times.ReceiveTime,
    };

    // The statuses of all tries; of a response that was held for a plugin's response phase only its own, as a number.
    private static object UpstreamStatus(Exchange exchange)
    {
        if (exchange.BufferedBody is not null)
        {
            return (long)exchange.Call.LastTry.UpstreamStatus;
        }

        StringBuilder status = new();
        foreach (ref readonly ServiceTry attempt in exchange.Call.Tries)
        {
            status.Append(status.Length == 0 ? "" : ", ").Append(attempt.UpstreamStatus);
        }

        return status.ToString();
    }

    internal static ValueList Tries(Exchange exchange)
    {
        ValueList tries = [];
        foreach (ref readonly ServiceTry attempt in exchange.Call.Tries)
        {
            long start = exchange.NanosecondsAt(attempt.Started);
            ValueMap entry = new()
            {
                ["balancer_start"] = start / 1_000_000,
                ["balancer_start_ns"] = (double)start,
                ["balancer_latency"] = attempt.BalancerLatency / 1_000_000,
                ["balancer_latency_ns"] = (double)attempt.BalancerLatency,
            };
            if (attempt.EndPoint is { } endPoint)
            {
                entry["ip"] = endPoint.Address.ToString();
                entry["port"] = (long)endPoint.Port;
            }

            if (attempt.State is not null)
            {
                entry["state"] = attempt.State;
                entry["code"] = (long)attempt.Code;
            }

            tries.Add(entry);
        }

        return tries;
    }

    private static ValueMap Headers(HeaderTable headers)
    {
        ValueMap map = [];
        foreach (HeaderField field in headers)
        {
            string name = headers.NameString(field.Index).ToLowerInvariant();
            string value = headers.ValueString(field.Index);
            if (!map.TryGetValue(name, out object? present))
            {
                map[name] = value;
            }
            else if (present is ValueList several)
            {
                several.Add(value);
            }
            else
            {
                map[name] = new ValueList { present, value };
            }
        }

        return map;
    }

    // Credentials in these two are for the gateway or the service, not for whoever reads logs.
    private static ValueMap Redacted(ValueMap headers)
    {
        foreach (string name in (ReadOnlySpan<string>)["authorization", "proxy-authorization"])
        {
            if (headers.ContainsKey(name))
            {
                headers[name] = "REDACTED";
            }
        }

        return headers;
    }

    // Kong's credentials name their consumer in an entity of its own; only what is no entity carries its id.
    internal static ValueMap AuthenticatedEntity(Credential credential)
    {
        ValueMap map = new() { ["id"] = credential.Id };
        if (credential is { Entity: null, ConsumerId: { } consumer })
        {
            map["consumer_id"] = consumer.ToString();
        }

        return map;
    }

    // Known as soon as there is a route; the query joins it only when the request is passed on.
    private static string UpstreamUri(Exchange exchange)
    {
        if (exchange.Route is null)
        {
            return "";
        }

        if (!exchange.UpstreamTarget.IsEmpty)
        {
            return Encoding.UTF8.GetString(exchange.UpstreamTarget);
        }

        exchange.PrepareTarget();
        ReadOnlySpan<byte> target = exchange.UpstreamTarget;
        int query = target.IndexOf((byte)'?');
        return Encoding.UTF8.GetString(query < 0 ? target : target[..query]);
    }

    // The web server's own fields are among them, as nginx lists them; its Date is not.
    private static ValueMap ResponseHeaders(Exchange exchange)
    {
        ResponseHead head = exchange.Head;
        ValueMap headers = Headers(head.Headers);
        if (!exchange.IsProxied || exchange.Answer.IsSet)
        {
            headers.Remove("date");
        }

        headers["connection"] = head.Status == 101 ? "upgrade"
            : exchange.Downstream.CloseAfterwards || !exchange.Downstream.Request.KeepAlive ? "close"
            : "keep-alive";
        if (head.Framing == MessageFraming.Chunked)
        {
            headers["transfer-encoding"] = "chunked";
        }
        else if (head.ContentLength >= 0)
        {
            headers["content-length"] = head.ContentLength.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return headers;
    }

    // The priority belongs to routes of expressions; others have none in Kong.
    internal static ValueMap RouteOf(Route route)
    {
        ValueMap map = EntityOf(route);
        if (!map.ContainsKey("expression"))
        {
            map.Remove("priority");
        }

        return map;
    }

    internal static ValueMap EntityOf<T>(T entity, bool withWorkspace = true)
        where T : Entity
    {
        ValueMap map = Schema.Unbind(entity);
        RemoveUnset(map);
        if (withWorkspace)
        {
            map["ws_id"] = Snapshot.DefaultWorkspace.ToString();
        }

        return map;
    }

    // What is not set is not there, in the sources and destinations of a route neither.
    private static void RemoveUnset(object? value)
    {
        if (value is ValueMap map)
        {
            foreach (string name in map.Where(static field => field.Value is null).Select(static field => field.Key).ToList())
            {
                map.Remove(name);
            }

            foreach (object? inner in map.Values)
            {
                RemoveUnset(inner);
            }
        }
        else if (value is ValueList list)
        {
            foreach (object? inner in list)
            {
                RemoveUnset(inner);
            }
        }
    }
}
