namespace Gibbon.Admin;

/// <summary>Whether somebody has said that this node is to be given no more traffic; it stays so until it ends, whatever is reloaded.</summary>
internal sealed class Readiness
{
    private volatile bool _isDraining;

    public bool IsDraining => _isDraining;

    public void Drain() => _isDraining = true;
}
