using System.Text.RegularExpressions;

namespace Gibbon.Routing.Regexes;

/// <summary>The captures of the path's regex: number 0 is the whole match; a group that took no part is absent.</summary>
internal readonly struct RouteCaptures(Match match, IReadOnlyList<KeyValuePair<string, int>> names)
{
    /// <summary>Groups, the whole match included.</summary>
    public int Count => match.Success ? match.Groups.Count : 0;

    /// <summary>The text of group <paramref name="number"/>, or null.</summary>
    public string? this[int number] => number < Count && match.Groups[number] is { Success: true } group ? group.Value : null;

    /// <summary>The text of the named group, or null.</summary>
    public string? this[string name]
    {
        get
        {
            foreach ((string known, int number) in names)
            {
                if (known == name)
                {
                    return this[number];
                }
            }

            return null;
        }
    }

    /// <summary>The named groups that took part.</summary>
    public IEnumerable<KeyValuePair<string, string>> Named()
    {
        foreach ((string name, int number) in names)
        {
            if (this[number] is { } text)
            {
                yield return new(name, text);
            }
        }
    }
}
