namespace Gibbon.Vaults;

/// <summary>The vault <c>env</c>: the environment of the process, which nobody changes while it runs.</summary>
internal static class EnvironmentSecrets
{
    /// <summary>Its name.</summary>
    public const string Name = "env";

    /// <summary>Reads a variable.</summary>
    /// <param name="prefix">What stands before the names of variables.</param>
    /// <param name="resource">The name; dashes stand for underscores, and upper case is not needed.</param>
    /// <param name="version">2 is the secret before the present one.</param>
    /// <returns>Its value; null if there is none.</returns>
    public static string? Get(string? prefix, string resource, long? version)
    {
        string name = (prefix + resource).Replace('-', '_').ToUpperInvariant();
        return Environment.GetEnvironmentVariable(version == 2 ? name + "_PREVIOUS" : name);
    }
}
