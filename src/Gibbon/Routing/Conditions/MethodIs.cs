namespace Gibbon.Routing.Conditions;

/// <summary>The method is one of a list.</summary>
internal sealed class MethodIs : Condition
{
    private readonly uint _mask;
    private readonly byte[][] _others;
    private readonly string _text;

    public MethodIs(IEnumerable<byte[]> methods, string text)
    {
        List<byte[]> others = [];
        foreach (byte[] method in methods)
        {
            uint bit = KnownMethods.BitOf(method);
            _mask |= bit;
            if (bit == 0)
            {
                others.Add(method);
            }
        }

        _others = [.. others];
        _text = text;
    }

    public override bool Holds(ref Evaluation evaluation)
    {
        if (evaluation.MethodBit != 0)
        {
            return (_mask & evaluation.MethodBit) != 0;
        }

        foreach (byte[] method in _others)
        {
            if (evaluation.Method.SequenceEqual(method))
            {
                return true;
            }
        }

        return false;
    }

    public override string ToString() => _text;
}
