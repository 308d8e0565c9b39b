using System.Diagnostics.CodeAnalysis;

namespace Gibbon.Pdk;

/// <summary>Compares header names as Kong does: upper and lower case are equal, and so are <c>-</c> and <c>_</c>.</summary>
public sealed class HeaderNames : IEqualityComparer<string>
{
    HeaderNames()
    {
    }

    /// <summary>The comparer.</summary>
    public static HeaderNames Comparer { get; } = new();

    /// <summary>Whether two names are names of the same header.</summary>
    /// <param name="x">A name.</param>
    /// <param name="y">Another.</param>
    public bool Equals(string? x, string? y)
    {
        if (ReferenceEquals(x, y))
            return true;

        if (x is null || y is null || x.Length != y.Length)
            return false;

        for (var i = 0; i < x.Length; i++)
            if (x[i] != y[i] && Fold(x[i]) != Fold(y[i]))
                return false;

        return true;
    }

    /// <summary>A hash that equal names share.</summary>
    /// <param name="obj">The name.</param>
    public int GetHashCode([DisallowNull] string obj)
    {
        var hash = 2166136261u;
        foreach (var c in obj)
            hash = (hash ^ Fold(c)) * 16777619u;

        return (int)hash;
    }

    static char Fold(char c) => c switch
    {
        >= 'A' and <= 'Z' => (char)(c | 0x20),
        '_' => '-',
        _ => c,
    };
}
