using System.Runtime.InteropServices;

namespace Gibbon.Settings;

/// <summary>Picks the working directory when nobody names one: Kong's, where this user may write, else one at home.</summary>
internal sealed record PrefixChoice(string KongPrefix, string Home)
{
    private const int WriteAndSearch = 2 | 1;

    public static PrefixChoice System { get; } =
        new("/usr/local/kong", Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    public (string Prefix, string Reason) Pick()
    {
        if (!Directory.Exists(KongPrefix))
            return (AtHome, $"{KongPrefix} does not exist");
        return IsWritable(KongPrefix)
            ? (KongPrefix, "it exists and is writable")
            : (AtHome, $"{KongPrefix} is not writable");
    }

    private string AtHome => Path.Combine(Home.Length > 0 ? Home : "/tmp", ".local/state/gibbon");

    private static bool IsWritable(string path) => Access(path, WriteAndSearch) == 0;

    [DllImport("libc", EntryPoint = "access")]
    private static extern int Access([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int mode);
}
