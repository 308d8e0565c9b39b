namespace Gibbon.Pdk;

/// <summary>The checks of arguments that several modules share, with Kong's texts.</summary>
static class Limits
{
    /// <summary>How many headers or arguments are read unless a plugin says otherwise: Kong's <c>lua_max_*</c> settings' default.</summary>
    public const int Default = 100;

    public static void Check(int wanted, string name)
    {
        if (wanted < 1)
            throw new KongArgumentException($"{name} must be >= 1", name);

        if (wanted > 1000)
            throw new KongArgumentException($"{name} must be <= 1000", name);
    }
}
