using System.Collections.Immutable;

namespace Gibbon.Storage;

/// <summary>
/// The entities that refer to one other, in the order of their ids: an array while they are few, and a balanced tree when they are many, so that
/// one route more or less costs a service of 100,000 routes no more than another.
/// </summary>
internal static class EntityGroup
{
    private const int Few = 32;

    /// <summary>The group after some have gone and others have come; null when nobody is left.</summary>
    public static IReadOnlyList<object>? With(
        IReadOnlyList<object>? present, IReadOnlySet<object> gone, IReadOnlyCollection<object> come, Func<object, Guid> idOf)
    {
        int changes = gone.Count + come.Count;
        if (present is ImmutableList<object> many && changes < many.Count / 8)
        {
            return Changed(many, gone, come, new ById(idOf));
        }

        object[] members = [.. present?.Where(entity => !gone.Contains(entity)) ?? [], .. come];
        if (members.Length > 1)
        {
            Array.Sort(Array.ConvertAll(members, entity => idOf(entity)), members);
        }

        return members.Length == 0 ? null : members.Length <= Few ? members : ImmutableList.Create(members.AsSpan());
    }

    private static ImmutableList<object> Changed(
        ImmutableList<object> present, IReadOnlySet<object> gone, IReadOnlyCollection<object> come, ById order)
    {
        ImmutableList<object>.Builder members = present.ToBuilder();
        foreach (object entity in gone)
        {
            int place = members.BinarySearch(entity, order);
            if (place >= 0)
            {
                members.RemoveAt(place);
            }
        }

        foreach (object entity in come)
        {
            int place = members.BinarySearch(entity, order);
            members.Insert(place < 0 ? ~place : place, entity);
        }

        return members.ToImmutable();
    }

    private sealed class ById(Func<object, Guid> idOf) : IComparer<object>
    {
        public int Compare(object? x, object? y) => idOf(x!).CompareTo(idOf(y!));
    }
}
