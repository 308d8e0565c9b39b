namespace Gibbon.Routing.Regexes;

/// <summary>ASCII characters one by one, and whether others may be in it.</summary>
internal readonly record struct CharacterSet(UInt128 Ascii, bool Others)
{
    /// <summary>Everything.</summary>
    public static CharacterSet All { get; } = new(UInt128.MaxValue, true);

    /// <summary>One character.</summary>
    public static CharacterSet Of(char c) => c < 128 ? new(UInt128.One << c, false) : new(0, true);

    /// <summary>All from one character to another.</summary>
    public static CharacterSet Range(char from, char to)
    {
        CharacterSet set = default;
        for (int c = from; c <= Math.Min(to, (char)127); c++)
        {
            set |= Of((char)c);
        }

        return to > 127 ? set.WithOthers() : set;
    }

    public static CharacterSet operator |(CharacterSet left, CharacterSet right) => new(left.Ascii | right.Ascii, left.Others || right.Others);

    /// <summary>The same ASCII characters and possibly others.</summary>
    public CharacterSet WithOthers() => this with { Others = true };

    /// <summary>What is not in it; of others nothing is known, so they may be.</summary>
    public CharacterSet Negated() => new(~Ascii, true);

    /// <summary>True when a character may be in both.</summary>
    public bool Overlaps(CharacterSet other) => (Ascii & other.Ascii) != UInt128.Zero || (Others && other.Others);
}
