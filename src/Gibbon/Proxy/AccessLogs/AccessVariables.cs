using System.Collections.Frozen;
using System.Text;
using Gibbon.Observability;
using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.AccessLogs;

/// <summary>The variables of nginx's <c>log_format</c> that mean something here, by name.</summary>
internal sealed class AccessVariables
{
    private const string RequestHeader = "http_";
    private const string ResponseHeader = "sent_http_";
    private const string ServiceHeader = "upstream_http_";
    private const string Argument = "arg_";
    private const string Cookie = "cookie_";

    private readonly FrozenDictionary<string, AccessVariable> _byName;

    public AccessVariables(LogClock clock)
    {
        _byName = new Dictionary<string, AccessVariable>(RequestVariables.All.Concat(ResponseVariables.All).Concat(ServiceVariables.All))
        {
            ["time_local"] = (_, line) => line.Line.Append(clock.AccessTime),
            ["time_iso8601"] = (_, line) => line.Line.Append(clock.Iso8601),
            ["msec"] = (_, line) => line.Line.AppendSeconds(clock.Milliseconds),
            ["pid"] = static (_, line) => line.Line.Append(Environment.ProcessId),
            ["hostname"] = static (_, line) => line.Append(Environment.MachineName),
        }.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The variable of that name, without <c>$</c>; null when there is none.</summary>
    public AccessVariable? Find(string name)
    {
        if (_byName.TryGetValue(name, out AccessVariable? known))
        {
            return known;
        }

        if (name.StartsWith(RequestHeader, StringComparison.Ordinal))
        {
            string header = HeaderOf(name, RequestHeader);
            return (exchange, line) => Field(exchange.Downstream.Request.Headers, header, line);
        }

        if (name.StartsWith(ResponseHeader, StringComparison.Ordinal))
        {
            string header = HeaderOf(name, ResponseHeader);
            return (exchange, line) => Field(exchange.Head.Headers, header, line);
        }

        if (name.StartsWith(ServiceHeader, StringComparison.Ordinal))
        {
            string header = HeaderOf(name, ServiceHeader);
            return (exchange, line) => Field(exchange.ServiceAnswer?.Head.Headers, header, line);
        }

        if (name.StartsWith(Argument, StringComparison.Ordinal))
        {
            byte[] argument = Encoding.ASCII.GetBytes(name[Argument.Length..]);
            return (exchange, line) => Pair(exchange.RawQueryBytes.TrimStart((byte)'?'), argument, (byte)'&', line);
        }

        if (name.StartsWith(Cookie, StringComparison.Ordinal))
        {
            byte[] cookie = Encoding.ASCII.GetBytes(name[Cookie.Length..]);
            return (exchange, line) => CookiePair(exchange.Downstream.Request.Headers, cookie, line);
        }

        return null;
    }

    private static string HeaderOf(string name, string prefix) => name[prefix.Length..].Replace('_', '-');

    // Fields of one name are one value, as in nginx.
    private static void Field(HeaderTable? headers, string name, AccessLine line)
    {
        int index = headers?.FindLoosely(name) ?? -1;
        if (index < 0)
        {
            line.AppendAbsent();
            return;
        }

        line.Append(headers!.Value(index));
        for (index = headers.FindLoosely(name, index + 1); index >= 0; index = headers.FindLoosely(name, index + 1))
        {
            line.Line.Append(", "u8);
            line.Append(headers.Value(index));
        }
    }

    private static void CookiePair(HeaderTable headers, byte[] name, AccessLine line)
    {
        int index = headers.FindLoosely("cookie");
        if (index < 0)
        {
            line.AppendAbsent();
            return;
        }

        Pair(headers.Value(index), name, (byte)';', line);
    }

    private static void Pair(ReadOnlySpan<byte> pairs, byte[] name, byte separator, AccessLine line)
    {
        foreach (Range range in pairs.Split(separator))
        {
            ReadOnlySpan<byte> pair = pairs[range].TrimStart((byte)' ');
            if (pair.Length > name.Length && pair[name.Length] == '=' && Ascii.EqualsIgnoreCase(pair[..name.Length], name))
            {
                line.Append(pair[(name.Length + 1)..]);
                return;
            }
        }

        line.AppendAbsent();
    }
}
