namespace Gibbon.Storage.Declarative;

/// <summary>
/// Gives equal short strings one object: a hundred thousand routes say the same few keys, methods and hosts. A string that is
/// pushed out of its place by another is merely not shared.
/// </summary>
internal sealed class StringPool
{
    const int MaxLength = 40;
    readonly string?[] places = new string?[1 << 13];

    public string Share(string text)
    {
        if (text.Length > MaxLength)
        {
            return text;
        }
        ref var place = ref places[string.GetHashCode(text, StringComparison.Ordinal) & (places.Length - 1)];
        if (place is not null && string.Equals(place, text, StringComparison.Ordinal))
        {
            return place;
        }
        return place = text;
    }

    public string Share(ReadOnlySpan<char> text)
    {
        if (text.Length > MaxLength)
        {
            return text.ToString();
        }
        ref var place = ref places[string.GetHashCode(text, StringComparison.Ordinal) & (places.Length - 1)];
        if (place is not null && text.SequenceEqual(place))
        {
            return place;
        }
        return place = text.ToString();
    }
}
