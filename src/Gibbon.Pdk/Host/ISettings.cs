namespace Gibbon.Pdk;

/// <summary>
/// The settings the gateway was started with: kong.conf and <c>KONG_*</c>, with defaults. Kong's <c>kong.configuration</c>.
/// </summary>
public interface ISettings
{
    /// <summary>One setting.</summary>
    /// <param name="name">Its name in kong.conf: <c>log_level</c>.</param>
    /// <returns>A text, a number, a truth value or a list of texts; <c>null</c> if it is unknown or not set.</returns>
    object? this[string name] { get; }

    /// <summary>The directory for the gateway's files.</summary>
    string Prefix { get; }

    /// <summary><c>traditional</c>, <c>control_plane</c> or <c>data_plane</c>.</summary>
    string Role { get; }

    /// <summary>Where entities are stored: <c>off</c>, <c>postgres</c> …</summary>
    string Database { get; }

    /// <summary>All settings, with <c>******</c> in place of secrets.</summary>
    Schemas.ValueMap RemoveSensitive();
}
