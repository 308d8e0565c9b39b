namespace Gibbon.Pdk;

/// <summary>
/// A member of the kit was given an argument it cannot use. <see cref="Message"/> is Kong's text to the letter, without the name of the
/// parameter that
/// the framework would append.
/// </summary>
/// <param name="message">Kong's text.</param>
/// <param name="paramName">The parameter.</param>
public sealed class KongArgumentException(string message, string? paramName = null) : ArgumentException(message, paramName)
{
    /// <summary>Kong's text.</summary>
    public override string Message { get; } = message;
}
