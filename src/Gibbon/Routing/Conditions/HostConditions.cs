using System.Text;
using Gibbon.Routing.Expressions;

namespace Gibbon.Routing.Conditions;

/// <summary>http.host, without its port, equals a text byte for byte.</summary>
internal sealed class HostEquals(byte[] host) : Condition
{
    public override bool Holds(ref Evaluation evaluation)
    {
        if (!evaluation.Host.SequenceEqual(host) || host.Length == 0)
        {
            return false;
        }

        evaluation.HostMatch = host;
        return true;
    }

    public override string ToString() => $"http.host == {TextLiteral.Quote(Encoding.UTF8.GetString(host))}";
}

/// <summary>http.host begins with a text.</summary>
internal sealed class HostStartsWith(byte[] prefix) : Condition
{
    public override bool Holds(ref Evaluation evaluation)
    {
        if (evaluation.Host.IsEmpty || !evaluation.Host.StartsWith(prefix))
        {
            return false;
        }

        evaluation.HostMatch = prefix;
        return true;
    }

    public override string ToString() => $"http.host ^= {TextLiteral.Quote(Encoding.UTF8.GetString(prefix))}";
}

/// <summary>http.host ends with a text.</summary>
internal sealed class HostEndsWith(byte[] suffix) : Condition
{
    public override bool Holds(ref Evaluation evaluation)
    {
        if (evaluation.Host.IsEmpty || !evaluation.Host.EndsWith(suffix))
        {
            return false;
        }

        evaluation.HostMatch = suffix;
        return true;
    }

    public override string ToString() => $"http.host =^ {TextLiteral.Quote(Encoding.UTF8.GetString(suffix))}";
}
