namespace Gibbon.Pdk;

/// <summary>What the body of a response that a plugin makes is.</summary>
public enum ExitBodyKind
{
    /// <summary>There is none; <c>Content-Length: 0</c>.</summary>
    None,

    /// <summary>Bytes, sent without a <c>Content-Type</c> unless one is given.</summary>
    Text,

    /// <summary>JSON, sent as <c>application/json; charset=utf-8</c> unless another type is given.</summary>
    Json,
}
