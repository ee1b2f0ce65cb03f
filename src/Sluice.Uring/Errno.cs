// Long: one member for each error number of the kernel; the table is read as a whole.
namespace Sluice.Uring;

/// <summary>
/// The kernel's error numbers on x86-64, arm64, riscv64 and loongarch64 (<c>errno(3)</c>). In the
/// ring and the reactor an error is this value; it becomes an exception at the public async edge.
/// </summary>
public enum Errno
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>Operation not permitted (1).</summary>
    EPERM = 1,

    /// <summary>No such file or directory (2).</summary>
    ENOENT = 2,

    /// <summary>No such process (3).</summary>
    ESRCH = 3,

    /// <summary>Interrupted system call (4).</summary>
    EINTR = 4,

    /// <summary>Input/output error (5).</summary>
    EIO = 5,

    /// <summary>No such device or address (6).</summary>
    ENXIO = 6,

    /// <summary>Argument list too long (7).</summary>
    E2BIG = 7,

    /// <summary>Exec format error (8).</summary>
    ENOEXEC = 8,

    /// <summary>Bad file descriptor (9).</summary>
    EBADF = 9,

    /// <summary>No child processes (10).</summary>
    ECHILD = 10,

    /// <summary>Resource temporarily unavailable (11).</summary>
    EAGAIN = 11,

    /// <summary>Cannot allocate memory (12).</summary>
    ENOMEM = 12,

    /// <summary>Permission denied (13).</summary>
    EACCES = 13,

    /// <summary>Bad address (14).</summary>
    EFAULT = 14,

    /// <summary>Block device required (15).</summary>
    ENOTBLK = 15,

    /// <summary>Device or resource busy (16).</summary>
    EBUSY = 16,

    /// <summary>File exists (17).</summary>
    EEXIST = 17,

    /// <summary>Invalid cross-device link (18).</summary>
    EXDEV = 18,

    /// <summary>No such device (19).</summary>
    ENODEV = 19,

    /// <summary>Not a directory (20).</summary>
    ENOTDIR = 20,

    /// <summary>Is a directory (21).</summary>
    EISDIR = 21,

    /// <summary>Invalid argument (22).</summary>
    EINVAL = 22,

    /// <summary>Too many open files in system (23).</summary>
    ENFILE = 23,

    /// <summary>Too many open files (24).</summary>
    EMFILE = 24,

    /// <summary>Inappropriate ioctl for device (25).</summary>
    ENOTTY = 25,

    /// <summary>Text file busy (26).</summary>
    ETXTBSY = 26,

    /// <summary>File too large (27).</summary>
    EFBIG = 27,

    /// <summary>No space left on device (28).</summary>
    ENOSPC = 28,

    /// <summary>Illegal seek (29).</summary>
    ESPIPE = 29,

    /// <summary>Read-only file system (30).</summary>
    EROFS = 30,

    /// <summary>Too many links (31).</summary>
    EMLINK = 31,

    /// <summary>Broken pipe (32).</summary>
    EPIPE = 32,

    /// <summary>Numerical argument out of domain (33).</summary>
    EDOM = 33,

    /// <summary>Numerical result out of range (34).</summary>
    ERANGE = 34,

    /// <summary>Resource deadlock avoided (35).</summary>
    EDEADLK = 35,

    /// <summary>File name too long (36).</summary>
    ENAMETOOLONG = 36,

    /// <summary>No locks available (37).</summary>
    ENOLCK = 37,

    /// <summary>Function not implemented (38).</summary>
    ENOSYS = 38,

    /// <summary>Directory not empty (39).</summary>
    ENOTEMPTY = 39,

    /// <summary>Too many levels of symbolic links (40).</summary>
    ELOOP = 40,

    /// <summary>No message of desired type (42).</summary>
    ENOMSG = 42,

    /// <summary>Identifier removed (43).</summary>
    EIDRM = 43,

    /// <summary>Channel number out of range (44).</summary>
    ECHRNG = 44,

    /// <summary>Level 2 not synchronized (45).</summary>
    EL2NSYNC = 45,

    /// <summary>Level 3 halted (46).</summary>
    EL3HLT = 46,

    /// <summary>Level 3 reset (47).</summary>
    EL3RST = 47,

    /// <summary>Link number out of range (48).</summary>
    ELNRNG = 48,

    /// <summary>Protocol driver not attached (49).</summary>
    EUNATCH = 49,

    /// <summary>No CSI structure available (50).</summary>
    ENOCSI = 50,

    /// <summary>Level 2 halted (51).</summary>
    EL2HLT = 51,

    /// <summary>Invalid exchange (52).</summary>
    EBADE = 52,

    /// <summary>Invalid request descriptor (53).</summary>
    EBADR = 53,

    /// <summary>Exchange full (54).</summary>
    EXFULL = 54,

    /// <summary>No anode (55).</summary>
    ENOANO = 55,

    /// <summary>Invalid request code (56).</summary>
    EBADRQC = 56,

    /// <summary>Invalid slot (57).</summary>
    EBADSLT = 57,

    /// <summary>Bad font file format (59).</summary>
    EBFONT = 59,

    /// <summary>Device not a stream (60).</summary>
    ENOSTR = 60,

    /// <summary>No data available (61).</summary>
    ENODATA = 61,

    /// <summary>Timer expired (62).</summary>
    ETIME = 62,

    /// <summary>Out of streams resources (63).</summary>
    ENOSR = 63,

    /// <summary>Machine is not on the network (64).</summary>
    ENONET = 64,

    /// <summary>Package not installed (65).</summary>
    ENOPKG = 65,

    /// <summary>Object is remote (66).</summary>
    EREMOTE = 66,

    /// <summary>Link has been severed (67).</summary>
    ENOLINK = 67,

    /// <summary>Advertise error (68).</summary>
    EADV = 68,

    /// <summary>Srmount error (69).</summary>
    ESRMNT = 69,

    /// <summary>Communication error on send (70).</summary>
    ECOMM = 70,

    /// <summary>Protocol error (71).</summary>
    EPROTO = 71,

    /// <summary>Multihop attempted (72).</summary>
    EMULTIHOP = 72,

    /// <summary>RFS specific error (73).</summary>
    EDOTDOT = 73,

    /// <summary>Bad message (74).</summary>
    EBADMSG = 74,

    /// <summary>Value too large for defined data type (75).</summary>
    EOVERFLOW = 75,

    /// <summary>Name not unique on network (76).</summary>
    ENOTUNIQ = 76,

    /// <summary>File descriptor in bad state (77).</summary>
    EBADFD = 77,

    /// <summary>Remote address changed (78).</summary>
    EREMCHG = 78,

    /// <summary>Can not access a needed shared library (79).</summary>
    ELIBACC = 79,

    /// <summary>Accessing a corrupted shared library (80).</summary>
    ELIBBAD = 80,

    /// <summary>.lib section in a.out corrupted (81).</summary>
    ELIBSCN = 81,

    /// <summary>Attempting to link in too many shared libraries (82).</summary>
    ELIBMAX = 82,

    /// <summary>Cannot exec a shared library directly (83).</summary>
    ELIBEXEC = 83,

    /// <summary>Invalid or incomplete multibyte or wide character (84).</summary>
    EILSEQ = 84,

    /// <summary>Interrupted system call should be restarted (85).</summary>
    ERESTART = 85,

    /// <summary>Streams pipe error (86).</summary>
    ESTRPIPE = 86,

    /// <summary>Too many users (87).</summary>
    EUSERS = 87,

    /// <summary>Socket operation on non-socket (88).</summary>
    ENOTSOCK = 88,

    /// <summary>Destination address required (89).</summary>
    EDESTADDRREQ = 89,

    /// <summary>Message too long (90).</summary>
    EMSGSIZE = 90,

    /// <summary>Protocol wrong type for socket (91).</summary>
    EPROTOTYPE = 91,

    /// <summary>Protocol not available (92).</summary>
    ENOPROTOOPT = 92,

    /// <summary>Protocol not supported (93).</summary>
    EPROTONOSUPPORT = 93,

    /// <summary>Socket type not supported (94).</summary>
    ESOCKTNOSUPPORT = 94,

    /// <summary>Operation not supported (95).</summary>
    EOPNOTSUPP = 95,

    /// <summary>Protocol family not supported (96).</summary>
    EPFNOSUPPORT = 96,

    /// <summary>Address family not supported by protocol (97).</summary>
    EAFNOSUPPORT = 97,

    /// <summary>Address already in use (98).</summary>
    EADDRINUSE = 98,

    /// <summary>Cannot assign requested address (99).</summary>
    EADDRNOTAVAIL = 99,

    /// <summary>Network is down (100).</summary>
    ENETDOWN = 100,

    /// <summary>Network is unreachable (101).</summary>
    ENETUNREACH = 101,

    /// <summary>Network dropped connection on reset (102).</summary>
    ENETRESET = 102,

    /// <summary>Software caused connection abort (103).</summary>
    ECONNABORTED = 103,

    /// <summary>Connection reset by peer (104).</summary>
    ECONNRESET = 104,

    /// <summary>No buffer space available (105).</summary>
    ENOBUFS = 105,

    /// <summary>Transport endpoint is already connected (106).</summary>
    EISCONN = 106,

    /// <summary>Transport endpoint is not connected (107).</summary>
    ENOTCONN = 107,

    /// <summary>Cannot send after transport endpoint shutdown (108).</summary>
    ESHUTDOWN = 108,

    /// <summary>Too many references: cannot splice (109).</summary>
    ETOOMANYREFS = 109,

    /// <summary>Connection timed out (110).</summary>
    ETIMEDOUT = 110,

    /// <summary>Connection refused (111).</summary>
    ECONNREFUSED = 111,

    /// <summary>Host is down (112).</summary>
    EHOSTDOWN = 112,

    /// <summary>No route to host (113).</summary>
    EHOSTUNREACH = 113,

    /// <summary>Operation already in progress (114).</summary>
    EALREADY = 114,

    /// <summary>Operation now in progress (115).</summary>
    EINPROGRESS = 115,

    /// <summary>Stale file handle (116).</summary>
    ESTALE = 116,

    /// <summary>Structure needs cleaning (117).</summary>
    EUCLEAN = 117,

    /// <summary>Not a XENIX named type file (118).</summary>
    ENOTNAM = 118,

    /// <summary>No XENIX semaphores available (119).</summary>
    ENAVAIL = 119,

    /// <summary>Is a named type file (120).</summary>
    EISNAM = 120,

    /// <summary>Remote I/O error (121).</summary>
    EREMOTEIO = 121,

    /// <summary>Disk quota exceeded (122).</summary>
    EDQUOT = 122,

    /// <summary>No medium found (123).</summary>
    ENOMEDIUM = 123,

    /// <summary>Wrong medium type (124).</summary>
    EMEDIUMTYPE = 124,

    /// <summary>Operation canceled (125).</summary>
    ECANCELED = 125,

    /// <summary>Required key not available (126).</summary>
    ENOKEY = 126,

    /// <summary>Key has expired (127).</summary>
    EKEYEXPIRED = 127,

    /// <summary>Key has been revoked (128).</summary>
    EKEYREVOKED = 128,

    /// <summary>Key was rejected by service (129).</summary>
    EKEYREJECTED = 129,

    /// <summary>Owner died (130).</summary>
    EOWNERDEAD = 130,

    /// <summary>State not recoverable (131).</summary>
    ENOTRECOVERABLE = 131,

    /// <summary>Operation not possible due to RF-kill (132).</summary>
    ERFKILL = 132,

    /// <summary>Memory page has hardware error (133).</summary>
    EHWPOISON = 133,
}
