namespace Gibbon.Certificates;

/// <summary>What a certificate's key signs with; a client says in its hello which of them it can verify.</summary>
internal enum KeyKind : byte
{
    Rsa,
    EcdsaP256,
    EcdsaP384,
    EcdsaP521,

    /// <summary>Any other key; offered only when there is nothing else.</summary>
    Other,
}
