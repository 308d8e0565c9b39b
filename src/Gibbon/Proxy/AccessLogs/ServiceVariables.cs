using System.Diagnostics;
using Gibbon.Proxy.Exchanges;

namespace Gibbon.Proxy.AccessLogs;

/// <summary>Variables that say who answered: one value for each try, with commas between them, as nginx has it.</summary>
internal static class ServiceVariables
{
    private delegate void TryValue(Exchange exchange, int index, AccessLine line);

    public static IReadOnlyDictionary<string, AccessVariable> All { get; } = new Dictionary<string, AccessVariable>(StringComparer.Ordinal)
    {
        ["upstream_addr"] = OfTries(static (exchange, index, line) => Address(exchange, index, line)),
        ["upstream_status"] = OfTries(static (exchange, index, line) => line.Line.Append(exchange.Call.Tries[index].UpstreamStatus)),
        ["upstream_response_time"] = OfTries(static (exchange, index, line) => Duration(exchange, index, exchange.Times.BodyEnded, line)),
        ["upstream_header_time"] = OfTries(static (exchange, index, line) => Duration(exchange, index, exchange.Times.HeadReceived, line)),
        ["upstream_uri"] = static (exchange, line) => Target(exchange, line),
        ["upstream_scheme"] = static (exchange, line) => line.Append(exchange.Route is null ? null : exchange.Call.IsTls ? "https" : "http"),
    };

    private static AccessVariable OfTries(TryValue value) => (exchange, line) =>
    {
        int count = exchange.Call.TryCount;
        if (count == 0)
        {
            line.AppendAbsent();
        }

        for (int i = 0; i < count; i++)
        {
            if (i > 0)
            {
                line.Line.Append(", "u8);
            }

            value(exchange, i, line);
        }
    };

    private static void Address(Exchange exchange, int index, AccessLine line)
    {
        if (exchange.Call.Tries[index].EndPoint is { } endPoint)
        {
            line.Line.Append(endPoint.Address);
            line.Line.Append((byte)':');
            line.Line.Append(endPoint.Port);
        }
        else
        {
            line.AppendAbsent();
        }
    }

    // A try lasts until the next begins, the last until what is asked about.
    private static void Duration(Exchange exchange, int index, long lastEnd, AccessLine line)
    {
        ReadOnlySpan<ServiceTry> tries = exchange.Call.Tries;
        bool isLast = index == tries.Length - 1;
        long end = isLast ? lastEnd : tries[index + 1].Started;
        if (end == 0)
        {
            line.AppendAbsent();
            return;
        }

        long start = isLast ? exchange.Times.BalancerEnded : tries[index].Started;
        line.Line.AppendSeconds(Math.Max(0, (end - start) * 1000 / Stopwatch.Frequency));
    }

    private static void Target(Exchange exchange, AccessLine line)
    {
        if (exchange.UpstreamTarget.IsEmpty)
        {
            line.AppendAbsent();
        }
        else
        {
            line.Append(exchange.UpstreamTarget);
        }
    }
}
