using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;

namespace Gibbon.Admin.Entities;

/// <summary>
/// The version of an entity: a tag made of everything that an answer shows of it. Who sends the tag back with a change (<c>If-Match</c>) changes
/// what they have seen, or nothing. Beyond Kong.
/// </summary>
internal static class EntityVersion
{
    /// <summary>What is said when the entity is another by now; the answer is 412.</summary>
    public static readonly EntityError Changed = new(EntityErrorCode.UniqueViolation, "precondition failed", "the entity has changed since this version of it was read");

    /// <summary>The tag, as <c>ETag</c> carries it. What is left of its time to live does not count.</summary>
    public static string TagOf(ValueMap shown)
    {
        if (shown.ContainsKey("ttl"))
        {
            shown = new ValueMap(shown);
            shown.Remove("ttl");
        }

        return $"\"{CanonicalText.Hash(shown)}\"";
    }

    /// <summary>The one of the versions that <c>If-Match</c> names in which an entity is: its tag, or <c>*</c> for any; null when it is in none.</summary>
    public static string? Match(ValueMap shown, string ifMatch)
    {
        string tag = TagOf(shown);
        foreach (string given in ifMatch.Split(',', StringSplitOptions.TrimEntries))
        {
            if (given == "*" || given == tag)
            {
                return given;
            }
        }

        return null;
    }
}
