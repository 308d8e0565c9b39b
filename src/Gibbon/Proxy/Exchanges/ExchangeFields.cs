using Gibbon.Proxy.Messages;
using Gibbon.Routing;

namespace Gibbon.Proxy.Exchanges;

/// <summary>The request's headers and query arguments as the router asks for them; no more of them than <c>lua_max_*</c> allows.</summary>
internal sealed class ExchangeFields(Exchange exchange) : RequestFields
{
    private byte[] _decoded = new byte[64];

    public override bool TryNextHeader(scoped ReadOnlySpan<byte> name, scoped ref int cursor, out ReadOnlySpan<byte> value)
    {
        HeaderTable headers = exchange.Downstream.Request.Headers;
        int most = Math.Min(headers.End, exchange.Dependencies.Settings.Lua.MaxRequestHeaders);
        for (int i = cursor; i < most; i++)
        {
            if (IsHeader(headers.Name(i), name))
            {
                cursor = i + 1;
                value = headers.Value(i);
                return true;
            }
        }

        cursor = most;
        value = default;
        return false;
    }

    public override bool TryNextQuery(scoped ReadOnlySpan<byte> name, scoped ref int cursor, out ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> query = exchange.RawQueryBytes;
        int most = exchange.Dependencies.Settings.Lua.MaxUriArguments;
        int start = Math.Max(cursor, 1);
        for (int seen = CountBefore(query, start); start < query.Length && seen < most; seen++)
        {
            int end = query[start..].IndexOf((byte)'&');
            ReadOnlySpan<byte> pair = end < 0 ? query[start..] : query.Slice(start, end);
            start = end < 0 ? query.Length : start + end + 1;
            int equals = pair.IndexOf((byte)'=');
            ReadOnlySpan<byte> key = equals < 0 ? pair : pair[..equals];
            if (Decode(key).SequenceEqual(name))
            {
                cursor = start;
                value = equals < 0 ? default : Decode(pair[(equals + 1)..]);
                return true;
            }
        }

        cursor = query.Length;
        value = default;
        return false;
    }

    private static int CountBefore(ReadOnlySpan<byte> query, int start) =>
        start <= 1 ? 0 : query[..Math.Min(start, query.Length)].Count((byte)'&');

    private ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> text)
    {
        if (text.IndexOfAny((byte)'%', (byte)'+') < 0)
        {
            return text;
        }

        if (_decoded.Length < text.Length)
        {
            _decoded = new byte[text.Length];
        }

        int length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && char.IsAsciiHexDigit((char)text[i + 1]) && char.IsAsciiHexDigit((char)text[i + 2]))
            {
                _decoded[length++] = Convert.FromHexString([(char)text[i + 1], (char)text[i + 2]])[0];
                i += 2;
            }
            else
            {
                _decoded[length++] = text[i] == '+' ? (byte)' ' : text[i];
            }
        }

        return _decoded.AsSpan(0, length);
    }
}
