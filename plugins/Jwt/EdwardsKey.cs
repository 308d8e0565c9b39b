using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Gibbon.Plugins.Jwt;

/// <summary>
/// A public key of Ed25519 or Ed448 (RFC 8032). .NET has none of them; the system's libcrypto, on which .NET's own cryptography stands, has.
/// </summary>
sealed unsafe class EdwardsKey
{
    readonly PkeyHandle handle;

    EdwardsKey(PkeyHandle handle) => this.handle = handle;

    /// <summary>What stands before the key in its DER form (RFC 8410): the same bytes for every key of a curve, public or private.</summary>
    static ReadOnlySpan<byte> Ed25519Prefix => [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

    static ReadOnlySpan<byte> Ed448Prefix => [0x30, 0x43, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x71, 0x03, 0x3a, 0x00];

    static ReadOnlySpan<byte> PrivateEd25519Prefix => [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

    static ReadOnlySpan<byte> PrivateEd448Prefix => [0x30, 0x47, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x71, 0x04, 0x3b, 0x04, 0x39];

    /// <summary>Takes the bytes of a public key.</summary>
    /// <param name="curve">The curve: <c>Ed25519</c> or <c>Ed448</c>.</param>
    /// <param name="key">The bytes.</param>
    /// <returns><c>null</c> if the curve is another, or the bytes are too many or too few.</returns>
    /// <exception cref="InvalidOperationException">The system has no libcrypto.</exception>
    public static EdwardsKey? Of(string? curve, ReadOnlySpan<byte> key) => (curve, key.Length) switch
    {
        ("Ed25519", 32) => new EdwardsKey(Libcrypto.ReadKey(Libcrypto.Ed25519, key)),
        ("Ed448", 57) => new EdwardsKey(Libcrypto.ReadKey(Libcrypto.Ed448, key)),
        _ => null,
    };

    /// <summary>Reads a key in PEM; a private one will do.</summary>
    /// <returns><c>null</c> if it is none of Edwards's curves.</returns>
    /// <exception cref="InvalidOperationException">The system has no libcrypto.</exception>
    public static EdwardsKey? Read(string pem)
    {
        if (!PemEncoding.TryFind(pem, out var fields) || pem.AsSpan()[fields.Label] is not ("PUBLIC KEY" or "PRIVATE KEY"))
            return null;

        ReadOnlySpan<byte> der = Convert.FromBase64String(pem[fields.Base64Data]);
        return der switch
        {
            { Length: 44 } when der.StartsWith(Ed25519Prefix) => Of("Ed25519", der[Ed25519Prefix.Length..]),
            { Length: 69 } when der.StartsWith(Ed448Prefix) => Of("Ed448", der[Ed448Prefix.Length..]),
            { Length: 48 } when der.StartsWith(PrivateEd25519Prefix) =>
                new EdwardsKey(Libcrypto.ReadKey(Libcrypto.Ed25519, der[PrivateEd25519Prefix.Length..], isPrivate: true)),
            { Length: 73 } when der.StartsWith(PrivateEd448Prefix) =>
                new EdwardsKey(Libcrypto.ReadKey(Libcrypto.Ed448, der[PrivateEd448Prefix.Length..], isPrivate: true)),
            _ => null,
        };
    }

    /// <summary>Whether a signature is this key's.</summary>
    public bool Verify(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature) => Libcrypto.Verify(handle, signed, signature);

    /// <summary>Owns an <c>EVP_PKEY</c>.</summary>
    sealed class PkeyHandle() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        public void Take(nint key) => SetHandle(key);

        protected override bool ReleaseHandle()
        {
            Libcrypto.FreeKey(handle);
            return true;
        }
    }

    /// <summary>The few functions of libcrypto, found when the first key is read: nobody else needs the library to be there.</summary>
    static class Libcrypto
    {
        public const int Ed25519 = 1087;
        public const int Ed448 = 1088;

        static readonly nint Library = Load();
        static readonly delegate* unmanaged<int, nint, byte*, nint, nint> NewKey =
            (delegate* unmanaged<int, nint, byte*, nint, nint>)NativeLibrary.GetExport(Library, "EVP_PKEY_new_raw_public_key");

        static readonly delegate* unmanaged<int, nint, byte*, nint, nint> NewPrivateKey =
            (delegate* unmanaged<int, nint, byte*, nint, nint>)NativeLibrary.GetExport(Library, "EVP_PKEY_new_raw_private_key");

        static readonly delegate* unmanaged<nint, void> Free = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(Library, "EVP_PKEY_free");
        static readonly delegate* unmanaged<nint> NewContext = (delegate* unmanaged<nint>)NativeLibrary.GetExport(Library, "EVP_MD_CTX_new");
        static readonly delegate* unmanaged<nint, void> FreeContext =
            (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(Library, "EVP_MD_CTX_free");

        static readonly delegate* unmanaged<nint, nint, nint, nint, nint, int> Begin =
            (delegate* unmanaged<nint, nint, nint, nint, nint, int>)NativeLibrary.GetExport(Library, "EVP_DigestVerifyInit");

        static readonly delegate* unmanaged<nint, byte*, nint, byte*, nint, int> Conclude =
            (delegate* unmanaged<nint, byte*, nint, byte*, nint, int>)NativeLibrary.GetExport(Library, "EVP_DigestVerify");

        public static PkeyHandle ReadKey(int curve, ReadOnlySpan<byte> key, bool isPrivate = false)
        {
            var handle = new PkeyHandle();
            fixed (byte* bytes = key)
                handle.Take((isPrivate ? NewPrivateKey : NewKey)(curve, 0, bytes, key.Length));

            return handle.IsInvalid ? throw new InvalidOperationException("libcrypto does not know the curve of the key") : handle;
        }

        public static void FreeKey(nint key) => Free(key);

        public static bool Verify(PkeyHandle key, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
        {
            var taken = false;
            var context = NewContext();
            try
            {
                key.DangerousAddRef(ref taken);
                fixed (byte* data = signed, sig = signature)
                    return Begin(context, 0, 0, 0, key.DangerousGetHandle()) == 1
                        && Conclude(context, sig, signature.Length, data, signed.Length) == 1;
            }
            finally
            {
                if (taken)
                    key.DangerousRelease();

                FreeContext(context);
            }
        }

        static nint Load()
        {
            foreach (var name in (ReadOnlySpan<string>)["libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.3.dylib"])
                if (NativeLibrary.TryLoad(name, out var library))
                    return library;

            throw new InvalidOperationException("EdDSA needs the system's libcrypto (OpenSSL 1.1.1 or later)");
        }
    }
}
