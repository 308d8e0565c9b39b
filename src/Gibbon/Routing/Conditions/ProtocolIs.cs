namespace Gibbon.Routing.Conditions;

/// <summary>net.protocol equals one of some words.</summary>
internal sealed class ProtocolIs(uint mask, string text) : Condition
{
    /// <summary>The mask of the protocols whose word satisfies <paramref name="satisfies"/>.</summary>
    public static uint MaskOf(Func<RouteProtocol, bool> satisfies)
    {
        uint mask = 0;
        foreach (RouteProtocol protocol in Enum.GetValues<RouteProtocol>())
        {
            mask |= satisfies(protocol) ? 1u << (int)protocol : 0;
        }

        return mask;
    }

    public override bool Holds(ref Evaluation evaluation) => (mask & (1u << (int)evaluation.Protocol)) != 0;

    public override string ToString() => text;
}
