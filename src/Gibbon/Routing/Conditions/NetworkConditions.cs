using Gibbon.Routing.Expressions;

namespace Gibbon.Routing.Conditions;

/// <summary>A port, or the number of path segments, compares with a number.</summary>
internal sealed class NumberCompares(Field field, Operator @operator, long number, string text) : Condition
{
    public override bool Holds(ref Evaluation evaluation)
    {
        long value = field.Kind switch
        {
            FieldKind.SourcePort => evaluation.SourcePort,
            FieldKind.DestinationPort => evaluation.DestinationPort,
            _ => PathSegments.Count(evaluation.Path),
        };

        return @operator switch
        {
            Operator.Equals => value == number,
            Operator.NotEquals => value != number,
            Operator.Greater => value > number,
            Operator.GreaterOrEqual => value >= number,
            Operator.Less => value < number,
            _ => value <= number,
        };
    }

    public override string ToString() => text;
}

/// <summary>An address equals another, or lies in a range; absent addresses satisfy nothing.</summary>
internal sealed class AddressIn(bool source, NetworkRange range, bool negated, string text) : Condition
{
    public override bool Holds(ref Evaluation evaluation)
    {
        NetworkAddress address = source ? evaluation.SourceAddress : evaluation.DestinationAddress;
        return !address.IsNone && range.Contains(address) != negated;
    }

    public override string ToString() => text;

    /// <summary>The range that holds one address only.</summary>
    public static NetworkRange Only(NetworkAddress address) => new(address, address.Bits);
}
