using System.Buffers;
using System.Globalization;
using System.Text;
using Gibbon.Balancing.Algorithms;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Forwarding;

/// <summary>The hash of what an upstream's <c>hash_on</c> names, or else its <c>hash_fallback</c>; of nothing when a request has neither.</summary>
internal static class HashInputs
{
    public static uint Hash(Exchange exchange, Upstream upstream) =>
        TryHash(exchange, upstream, upstream.HashOn, upstream.HashOnHeader, upstream.HashOnQueryArg, upstream.HashOnUriCapture)
        ?? (upstream.HashOn is null or HashInput.None
            ? null
            : TryHash(
                exchange, upstream, upstream.HashFallback, upstream.HashFallbackHeader, upstream.HashFallbackQueryArg, upstream.HashFallbackUriCapture))
        ?? XxHash32.Empty;

    private static uint? TryHash(Exchange exchange, Upstream upstream, HashInput? input, string? header, string? argument, string? capture) => input switch
    {
        HashInput.Consumer => OfConsumer(exchange),
        HashInput.Ip => OfAddress(exchange),
        HashInput.Header => OfHeader(exchange.Downstream.Request.Headers, header!),
        HashInput.Cookie => OfCookie(exchange, upstream),
        HashInput.Path => OfPath(exchange.PathBytes),
        HashInput.QueryArg => OfArgument(exchange, argument!),
        HashInput.UriCapture => OfCapture(exchange, capture!),
        _ => null,
    };

    private static uint? OfConsumer(Exchange exchange)
    {
        if (exchange.ConsumerId is { } consumer)
        {
            Span<byte> text = stackalloc byte[36];
            consumer.TryFormat(text, out int length);
            return XxHash32.Of(text[..length]);
        }

        return exchange.Client.Credential?.Id is { } credential ? OfText(credential) : null;
    }

    private static uint? OfAddress(Exchange exchange)
    {
        Span<byte> text = stackalloc byte[64];
        return exchange.ClientAddress.TryFormat(text, out int length) ? XxHash32.Of(text[..length]) : null;
    }

    // Of several headers of a name, all values.
    private static uint? OfHeader(HeaderTable headers, string name)
    {
        int first = headers.FindLoosely(name);
        if (first < 0)
        {
            return null;
        }

        if (headers.FindLoosely(name, first + 1) < 0)
        {
            return XxHash32.Of(headers.Value(first));
        }

        ArrayBufferWriter<byte> all = new();
        for (int i = first; i >= 0; i = headers.FindLoosely(name, i + 1))
        {
            if (i != first)
            {
                all.Write(", "u8);
            }

            all.Write(headers.Value(i));
        }

        return XxHash32.Of(all.WrittenSpan);
    }

    // Who has no cookie gets one.
    private static uint OfCookie(Exchange exchange, Upstream upstream)
    {
        if (RequestCookies.TryGet(exchange.Downstream.Request.Headers, upstream.HashOnCookie!, out ReadOnlySpan<byte> value))
        {
            return XxHash32.Of(value);
        }

        string made = Guid.NewGuid().ToString();
        exchange.Call.Cookie = new BalancerCookie(
            upstream.HashOnCookie!, $"{upstream.HashOnCookie}={made}; Path={upstream.HashOnCookiePath ?? "/"}; Same-Site=Lax; HttpOnly");
        return OfText(made);
    }

    // As the web server sees it: with every escape resolved.
    private static uint OfPath(ReadOnlySpan<byte> path)
    {
        if (!path.Contains((byte)'%'))
        {
            return XxHash32.Of(path);
        }

        byte[] decoded = ArrayPool<byte>.Shared.Rent(path.Length);
        int length = 0;
        for (int i = 0; i < path.Length; i++)
        {
            if (path[i] == '%' && i + 2 < path.Length
                && byte.TryParse(path.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value))
            {
                decoded[length++] = value;
                i += 2;
            }
            else
            {
                decoded[length++] = path[i];
            }
        }

        uint hash = XxHash32.Of(decoded.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(decoded);
        return hash;
    }

    // Several values stand in order; an argument without one is "true".
    private static uint? OfArgument(Exchange exchange, string name)
    {
        ReadOnlySpan<byte> query = exchange.RawQueryBytes;
        if (query.IsEmpty)
        {
            return null;
        }

        QueryValue found = QueryString.Find(Encoding.UTF8.GetString(query[1..]), name, exchange.Dependencies.Settings.Lua.MaxUriArguments);
        if (found.Count <= 1)
        {
            return found.Exists ? OfText(found[0] ?? "true") : null;
        }

        string[] values = new string[found.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = found[i] ?? "true";
        }

        Array.Sort(values, StringComparer.Ordinal);
        return OfText(string.Join(',', values));
    }

    private static uint? OfCapture(Exchange exchange, string group)
    {
        UriCaptures captures = exchange.UriCaptures();
        string? value = captures.Named.GetValueOrDefault(group)
            ?? (int.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < captures.Unnamed.Length
                ? captures.Unnamed[number]
                : null);
        return value is null ? null : OfText(value);
    }

    private static uint OfText(string text)
    {
        Span<byte> bytes = stackalloc byte[256];
        return Encoding.UTF8.TryGetBytes(text, bytes, out int length) ? XxHash32.Of(bytes[..length]) : XxHash32.Of(Encoding.UTF8.GetBytes(text));
    }
}
