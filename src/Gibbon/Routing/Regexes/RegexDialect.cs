namespace Gibbon.Routing.Regexes;

/// <summary>Whose rules a pattern follows.</summary>
internal enum RegexDialect
{
    /// <summary>Rust's regex crate (the compatible and expressions flavours): linear time, no look-around, no back-references.</summary>
    Linear,

    /// <summary>PCRE (the traditional flavour): look-around and back-references, bounded by a time limit.</summary>
    Backtracking,
}
