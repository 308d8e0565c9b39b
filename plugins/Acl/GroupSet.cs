using System.Collections.Frozen;

namespace Gibbon.Plugins.Acl;

/// <summary>The groups somebody is in.</summary>
sealed class GroupSet
{
    readonly FrozenSet<string> names;

    /// <summary>A set of the names; their order is that of the header.</summary>
    /// <param name="names">The names.</param>
    public GroupSet(IReadOnlyCollection<string> names)
    {
        this.names = names.ToFrozenSet(StringComparer.Ordinal);
        HeaderText = string.Join(", ", names);
    }

    /// <summary>No group.</summary>
    public static GroupSet None { get; } = new([]);

    /// <summary>The names as services are told.</summary>
    public string HeaderText { get; }

    /// <summary>Whether one of the names is in the set.</summary>
    public bool ContainsAny(IReadOnlyList<string> wanted)
    {
        for (var i = 0; i < wanted.Count; i++)
            if (names.Contains(wanted[i]))
                return true;

        return false;
    }
}
