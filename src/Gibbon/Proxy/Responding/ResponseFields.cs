using System.Buffers.Text;
using System.Text;
using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Watching;
using Gibbon.Settings;

namespace Gibbon.Proxy.Responding;

/// <summary>The fields that the gateway itself adds to an answer, after all plugins have seen its head.</summary>
internal static class ResponseFields
{
    /// <summary>Behind a service's answer: who passed it on, and how long what took.</summary>
    public static void AddToProxied(Exchange exchange)
    {
        Charset.AddTo(exchange);
        HeaderTable headers = exchange.Head.Headers;
        HeaderSettings wanted = exchange.Dependencies.Settings.Headers;
        if (!headers.Contains(KnownHeader.Server) && wanted.Server)
        {
            headers.Add(KnownHeader.Server, exchange.Dependencies.ServerToken);
        }

        AddProxiedLatencies(exchange, headers, wanted);
        AddVia(exchange, headers, wanted);
        AddCommon(exchange, headers, wanted);
    }

    /// <summary>Behind an answer of our own.</summary>
    public static void AddToOwn(Exchange exchange)
    {
        if (exchange.StandsForService)
        {
            AddToProxied(exchange);
            return;
        }

        Charset.AddTo(exchange);
        HeaderTable headers = exchange.Head.Headers;
        HeaderSettings wanted = exchange.Dependencies.Settings.Headers;
        if (exchange.IsProxied)
        {
            // The service was asked and failed: the answer counts as proxied.
            AddProxiedLatencies(exchange, headers, wanted);
            AddVia(exchange, headers, wanted);
        }
        else if (wanted.ResponseLatency)
        {
            AddNumber(headers, KnownHeader.XKongResponseLatency, exchange.Times.ResponseLatency);
        }

        if (wanted.Server)
        {
            headers.Set(KnownHeader.Server, exchange.Dependencies.ServerToken);
        }

        AddCommon(exchange, headers, wanted);
    }

    /// <summary>The status of the service's answer, or of the failure in its place; set before plugins see the head.</summary>
    public static void AddUpstreamStatus(Exchange exchange)
    {
        if (exchange.Dependencies.Settings.Headers.UpstreamStatus && exchange.Call.TryCount > 0)
        {
            AddNumber(exchange.Head.Headers, KnownHeader.XKongUpstreamStatus, exchange.Call.LastTry.UpstreamStatus);
        }
    }

    private static void AddProxiedLatencies(Exchange exchange, HeaderTable headers, HeaderSettings wanted)
    {
        if (wanted.UpstreamLatency)
        {
            AddNumber(headers, KnownHeader.XKongUpstreamLatency, exchange.Times.UpstreamLatency);
        }

        if (wanted.ProxyLatency)
        {
            AddNumber(headers, KnownHeader.XKongProxyLatency, exchange.Times.ProxyLatency);
        }
    }

    private static void AddVia(Exchange exchange, HeaderTable headers, HeaderSettings wanted)
    {
        if (!wanted.Via)
        {
            return;
        }

        ReadOnlySpan<byte> own = exchange.Call.IsGrpc ? exchange.Dependencies.ViaHttp2 : exchange.Dependencies.ViaHttp11;
        if (!headers.TryGet(KnownHeader.Via, out ReadOnlySpan<byte> given))
        {
            headers.Add(KnownHeader.Via, own);
            return;
        }

        headers.Set(KnownHeader.Via, Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(given) + ", " + Encoding.ASCII.GetString(own)));
    }

    private static void AddCommon(Exchange exchange, HeaderTable headers, HeaderSettings wanted)
    {
        if (wanted.RequestId)
        {
            headers.Set(KnownHeader.XKongRequestId, exchange.IdBytes);
        }

        DebugFields.Add(exchange, headers);
        if (exchange.Watch?.Debug is { } debug)
        {
            headers.Set(RequestDebug.Header, debug.Output(exchange));
        }

        if (exchange.Watch?.Explanation is { } explanation)
        {
            headers.Set(RequestExplanation.Header, explanation.Output());
        }
    }

    private static void AddNumber(HeaderTable headers, KnownHeader header, long number)
    {
        Span<byte> text = stackalloc byte[20];
        Utf8Formatter.TryFormat(number, text, out int written);
        headers.Set(header, text[..written]);
    }
}
