using System.Text;
using Gibbon.Observability;

namespace Gibbon.Proxy.AccessLogs;

/// <summary>Writes what a variable stands for.</summary>
internal delegate void AccessVariable(Exchanges.Exchange exchange, AccessLine line);

/// <summary>A line of the access log as variables see it: values are escaped as the format says.</summary>
internal readonly struct AccessLine(LogLine line, LogEscape escape)
{
    /// <summary>For values that need no escaping: numbers, times, addresses.</summary>
    public LogLine Line => line;

    public void Append(ReadOnlySpan<byte> value)
    {
        switch (escape)
        {
            case LogEscape.Default:
                line.AppendEscaped(value);
                break;
            case LogEscape.Json:
                line.AppendJson(value);
                break;
            default:
                line.AppendOneLine(value);
                break;
        }
    }

    public void Append(string? value)
    {
        if (value is null)
        {
            AppendAbsent();
        }
        else if (Ascii.IsValid(value) && value.Length <= 256)
        {
            Span<byte> bytes = stackalloc byte[value.Length];
            Encoding.ASCII.GetBytes(value, bytes);
            Append(bytes);
        }
        else
        {
            Append(Encoding.UTF8.GetBytes(value));
        }
    }

    /// <summary>There is no such value in this request.</summary>
    public void AppendAbsent()
    {
        if (escape == LogEscape.Default)
        {
            line.Append((byte)'-');
        }
    }
}
