using System.Reflection;

namespace Gibbon.Cli.Arguments;

/// <summary>Whose place this gateway takes, and its own version.</summary>
internal static class ProductVersion
{
    /// <summary>The version of Kong that clients and scripts may take it for.</summary>
    public const string Kong = "3.9.1";

    public static string Gibbon { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
