namespace Gibbon.Certificates;

/// <summary>A certificate chain and its private key as PEM text. Two pairs with the same text are the same pair.</summary>
/// <param name="Certificate">The chain, leaf first.</param>
/// <param name="Key">The leaf's private key. Secret.</param>
internal readonly record struct PemPair(string Certificate, string Key)
{
    /// <summary>Never the content: the key is secret.</summary>
    public override string ToString() => "(PEM)";
}
