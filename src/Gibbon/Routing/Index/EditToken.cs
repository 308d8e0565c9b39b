namespace Gibbon.Routing.Index;

/// <summary>Identifies one edit; nodes that carry it belong to nobody else yet.</summary>
internal sealed class EditToken
{
    /// <summary>Owns what must never be changed in place.</summary>
    public static readonly EditToken None = new();
}
