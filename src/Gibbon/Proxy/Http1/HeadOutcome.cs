namespace Gibbon.Proxy.Http1;

/// <summary>What came of parsing the bytes at hand.</summary>
internal enum HeadOutcome : byte
{
    /// <summary>All is well so far; more bytes are needed.</summary>
    Incomplete,

    /// <summary>The whole head is there.</summary>
    Complete,

    /// <summary>The bytes are no head that may be passed on.</summary>
    Rejected,
}
